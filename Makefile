# luntan. Two commands: `make run` builds and serves; `make test` builds and tests. Both install what
# etc/debian-packages lists if something is missing, and touch no network otherwise.
#
# One file, not recursive. Everything built goes to build/<config>/; CONFIG is release, asan, tsan, fuzz,
# cover. Header dependencies are tracked by the compiler (-MMD).

CONFIG ?= release
B := build/$(CONFIG)
VERSION := 0.1.0

WARN := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wconversion \
	-Wsign-conversion -Wimplicit-fallthrough -Wdouble-promotion -Wswitch-enum
WERROR := $(if $(CI),-Werror)
CC_release := gcc
CC_asan := gcc
CC_tsan := clang
CC_fuzz := clang
CC_cover := gcc
MODE_release := -O2 -g -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=3 -fPIE \
	-ftrivial-auto-var-init=zero -Wnull-dereference
LINK_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
MODE_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_asan := -fsanitize=address,undefined
MODE_tsan := -O1 -g -fsanitize=thread
LINK_tsan := -fsanitize=thread
MODE_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
LINK_fuzz := -fsanitize=address,undefined
MODE_cover := --coverage -O0 -g
LINK_cover := --coverage

override CC := $(CC_$(CONFIG))
PKG := libuv openssl sqlite3 libsodium libutf8proc ncursesw jansson
PKG_CFLAGS = $(shell pkg-config --cflags $(PKG) 2>/dev/null)
CFLAGS_ALL = $(WARN) $(WERROR) $(MODE_$(CONFIG)) -I. -isystem /usr/include/cmocka $(PKG_CFLAGS) -DLUNTAN_VERSION='"$(VERSION)"' $(CFLAGS)
LDFLAGS_ALL = $(LINK_$(CONFIG)) $(LDFLAGS)

PROTOCOL := $(wildcard protocol/*.c)
MODERATION := $(wildcard moderation/*.c)
CLIENT := $(wildcard client-lib/*.c)
TERMINAL := $(wildcard terminal/*.c)
SERVER := $(wildcard server/*.c server/*/*.c)
objects = $(patsubst %.c,$(B)/%.o,$(1))

LUNTAND_LIBS := -luv -lssl -lcrypto -lsqlite3 -lsodium -lutf8proc -lpthread -lm
LUNTAN_LIBS := -lssl -lcrypto -lutf8proc -lncursesw -ltinfo -ljansson -lm
CLIENT_LIBS := -lssl -lcrypto

.PHONY: all
all: $(B)/luntand $(B)/luntan $(B)/libluntan.a

$(B)/luntand: $(call objects,$(SERVER) $(PROTOCOL) $(MODERATION))
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LUNTAND_LIBS)

$(B)/luntan: $(call objects,$(TERMINAL) $(CLIENT) $(PROTOCOL))
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LUNTAN_LIBS)

$(B)/libluntan.a: $(call objects,$(CLIENT) $(PROTOCOL))
	rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)

.PHONY: clean
clean:
	rm -rf build
