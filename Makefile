# luntan. Two commands: `make run` builds and serves; `make test` builds and tests. Both install what
# etc/debian-packages lists if something is missing, and touch no network otherwise.
#
# One file, not recursive: a target that needs packages, another configuration or more jobs first calls this
# same file again. Everything built goes to build/<config>/; CONFIG is release, asan, tsan, fuzz or cover.
# Header dependencies are tracked by the compiler (-MMD). B=DIR builds elsewhere; CC_release=... and the
# like choose another compiler for a configuration.
#
#     make                  luntand, luntan, libluntan.a
#     make run              ... and serve ./luntan-data on LISTEN (127.0.0.1:7100) until Ctrl-C
#     make test             everything that is tested; `tests/run --help` for less
#     make soak bench       longer random failures; figures
#     make asan tsan fuzz tidy cover
#     make spec             write what is generated from the tables anew
#     make install          DESTDIR and PREFIX (/usr/local)

CONFIG ?= release
B ?= build/$(CONFIG)
VERSION := 0.1.0
PREFIX ?= /usr/local
LISTEN ?= 127.0.0.1:7100
DATA ?= luntan-data
FUZZ_SECONDS ?= 60
JOBS := $(shell nproc)
# V=1 shows whole commands.
Q := $(if $(V),,@)
tell = $(if $(V),,@echo "  $(1)  $(patsubst $(B)/%,%,$@)")

# ---- compilers and flags ----

WARN := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wconversion \
	-Wsign-conversion -Wimplicit-fallthrough -Wdouble-promotion -Wswitch-enum
WERROR := $(if $(CI),-Werror)
CC_release := gcc
CC_asan := gcc
CC_tsan := clang
CC_fuzz := clang
CC_cover := gcc
# Control-flow marks exist on x86 only. Not -ftrivial-auto-var-init: with it gcc 12.2 clears bytes of arrays that are copied into initializers.
MODE_release := -O2 -g -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=3 -fPIE \
	-Wnull-dereference $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
LINK_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
MODE_asan := -O1 -g -DLUNTAN_TRACEABLE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_asan := -fsanitize=address,undefined
MODE_tsan := -O1 -g -DLUNTAN_TRACEABLE -fsanitize=thread
LINK_tsan := -fsanitize=thread
MODE_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LINK_fuzz := -fsanitize=address,undefined
MODE_cover := --coverage -O0 -g
LINK_cover := --coverage

override CC := $(CC_$(CONFIG))
PKG := libuv openssl sqlite3 libsodium libutf8proc ncursesw jansson zlib libbrotlienc libqrencode libcurl libpcre2-8
# Debian ships llhttp as C sources, in a package for Node.js.
LLHTTP := /usr/share/llhttp
LLHTTP_INCLUDE := /usr/share/include/llhttp
XML_INCLUDE := /usr/include/libxml2
# Asked once, when something is compiled: the packages may have been installed by this very call.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKG)))$(PKG_CFLAGS)
CFLAGS_ALL = $(WARN) $(WERROR) $(MODE_$(CONFIG)) -I. -isystem $(LLHTTP_INCLUDE) -isystem $(XML_INCLUDE) $(PKG_CFLAGS) -DLUNTAN_VERSION='"$(VERSION)"' $(CFLAGS)
LDFLAGS_ALL = $(LINK_$(CONFIG)) $(LDFLAGS)

LUNTAND_LIBS := -luv -lssl -lcrypto -lsqlite3 -lsodium -lutf8proc -lpcre2-8 -lcmark-gfm-extensions -lcmark-gfm -lz -lbrotlienc -lqrencode -lxml2 -lcurl -lpthread -lm
LUNTAN_LIBS := -lssl -lcrypto -lutf8proc -lncursesw -ltinfo -lsodium -ljansson -lm
CLIENT_LIBS := -lssl -lcrypto

# ---- what is built from what ----

SPEC := $(wildcard protocol/spec/*.c)
EXAMPLE := client-lib/example.c
PROTOCOL := $(wildcard protocol/*.c)
MODERATION := $(wildcard moderation/*.c)
CLIENT := $(filter-out $(EXAMPLE),$(wildcard client-lib/*.c))
TERMINAL := $(filter-out terminal/main.c,$(wildcard terminal/*.c))
SERVER := $(filter-out server/main.c,$(wildcard server/*.c server/*/*.c))
TESTS := $(wildcard tests/unit/test_*.c tests/fault/test_*.c)
TEST_HELPERS := $(filter-out $(TESTS),$(wildcard tests/unit/*.c tests/fault/*.c))
FUZZERS := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_HELPERS := $(filter-out $(FUZZERS) tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c))
BENCH := $(wildcard tests/bench/*.c)
objects = $(patsubst %.c,$(B)/%.o,$(1))
programs = $(patsubst %.c,$(B)/%,$(1))

# Archives keep links fast and let a test take only what it needs.
ARCHIVES := $(B)/server.a $(B)/moderation.a $(B)/terminal.a $(B)/libluntan.a
TEST_ARCHIVES := $(B)/tests.a $(ARCHIVES)
TEST_LIBS := $(sort $(LUNTAND_LIBS) $(LUNTAN_LIBS)) -lcmocka
# Sub-builds use every core unless the caller said how many.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
AGAIN = $(MAKE) --no-print-directory $(PARALLEL)

.PHONY: all
all: $(B)/luntand $(B)/luntan $(B)/libluntan.a

$(B)/luntand: $(B)/server/main.o $(B)/server.a $(B)/moderation.a $(B)/libluntan.a
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LUNTAND_LIBS)

$(B)/luntan: $(B)/terminal/main.o $(B)/terminal.a $(B)/libluntan.a
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LUNTAN_LIBS)

$(B)/libluntan.a: $(call objects,$(CLIENT) $(PROTOCOL))
$(B)/server.a: $(call objects,$(SERVER)) $(addprefix $(B)/llhttp/,api.o http.o llhttp.o)
$(B)/moderation.a: $(call objects,$(MODERATION))
$(B)/terminal.a: $(call objects,$(TERMINAL))
$(B)/tests.a: $(call objects,$(TEST_HELPERS) $(FUZZ_HELPERS))
$(B)/%.a:
	@mkdir -p $(@D)
	$(call tell,AR  )
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/spec: $(call objects,$(SPEC)) $(B)/libluntan.a
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^

$(B)/example: $(B)/client-lib/example.o $(B)/libluntan.a
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(CLIENT_LIBS)

$(B)/bench-load: $(call objects,$(BENCH)) $(ARCHIVES)
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(TEST_LIBS)

$(call programs,$(TESTS)): %: %.o $(TEST_ARCHIVES)
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(TEST_LIBS)

# A fuzz target twice: over a directory of files as a plain program, and under libFuzzer.
$(B)/replay-%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(TEST_ARCHIVES)
	$(call tell,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(TEST_LIBS)
$(B)/fuzz-%: $(B)/tests/fuzz/fuzz_%.o $(TEST_ARCHIVES)
	$(call tell,LINK)
	$(Q)$(CC) -fsanitize=fuzzer $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(TEST_LIBS)
REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/replay-%,$(FUZZERS))
FUZZ_RUNS := $(patsubst tests/fuzz/fuzz_%.c,run-fuzz-%,$(FUZZERS))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call tell,CC  )
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Not ours to warn about.
$(B)/llhttp/%.o: $(LLHTTP)/%.c
	@mkdir -p $(@D)
	$(call tell,CC  )
	$(Q)$(CC) -std=c11 -w $(MODE_$(CONFIG)) -isystem $(LLHTTP_INCLUDE) $(CFLAGS) -c -o $@ $<

# The example is written as a program elsewhere would be.
$(B)/client-lib/example.o: CFLAGS += -Iclient-lib

# Files that are taken into an object as they are.
$(B)/server/boards_file.o: etc/boards
$(call objects,$(wildcard server/store/*.c)): $(wildcard server/store/schema/*.sql)
$(call objects,$(wildcard server/web/*.c)): $(wildcard server/web/templates/*.html server/web/assets/*)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.SECONDARY:

# ---- running ----

.PHONY: run
run:
	@etc/install-packages build
	@$(AGAIN) all
	@exec $(B)/luntand --data $(DATA) --listen $(LISTEN)

# ---- testing ----

.PHONY: build-tests
build-tests: all $(call programs,$(TESTS)) $(REPLAYS) $(addprefix $(B)/,spec $(if $(wildcard $(EXAMPLE)),example))

# Once more under the sanitizers, in every run: what strangers' bytes reach, and where threads meet. `make asan tsan` do the rest.
ALSO_asan := unit fuzz wire scenario/crash scenario/resume
ALSO_tsan := unit/inbox unit/store unit/server unit/client_library wire/scripts scenario/crash scenario/resume scenario/thousand
.PHONY: test
test:
	@etc/install-packages build test
	@$(AGAIN) build-tests
	@$(AGAIN) CONFIG=asan B=build/asan build-tests
	@$(AGAIN) CONFIG=tsan B=build/tsan all build/tsan/spec $(patsubst unit/%,build/tsan/tests/unit/test_%,$(filter unit/%,$(ALSO_tsan)))
	@tests/run --build $(B) --also 'build/asan $(ALSO_asan)' --also 'build/tsan $(ALSO_tsan)'

.PHONY: soak
soak:
	@etc/install-packages build test
	@$(AGAIN) build-tests
	@tests/run --build $(B) --soak

# The sanitizers' own options stand in tests/run, which also counts every report as a failure.
# Injected faults gain nothing from the thread sanitizer, which makes them ten times as slow.
SANITIZED_asan := unit fault fuzz wire scenario
SANITIZED_tsan := unit fuzz wire scenario
.PHONY: asan tsan
asan tsan:
	@etc/install-packages build test
	@$(AGAIN) CONFIG=$@ B=build/$@ build-tests
	@tests/run --build build/$@ --patience 5 $(SANITIZED_$@)

.PHONY: fuzz
fuzz:
	@etc/install-packages build test
	@$(AGAIN) CONFIG=fuzz B=build/fuzz $(patsubst tests/fuzz/fuzz_%.c,build/fuzz/fuzz-%,$(FUZZERS))
	@$(MAKE) --no-print-directory CONFIG=fuzz B=build/fuzz $(FUZZ_RUNS)

.PHONY: $(FUZZ_RUNS)
$(FUZZ_RUNS): run-fuzz-%:
	@mkdir -p $(B)/corpus/$* $(B)/crashes tests/fuzz/corpus/$*
	$(B)/fuzz-$* -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix=$(B)/crashes/$*- $(addprefix -dict=,$(wildcard tests/fuzz/$*.dict)) \
		$(B)/corpus/$* tests/fuzz/corpus/$*

.PHONY: bench
bench:
	@etc/install-packages build test bench
	@$(AGAIN) all $(B)/bench-load
	@LUNTAN_BUILD=$(B) tests/bench/run

.PHONY: tidy
tidy:
	@etc/install-packages build test tidy
	@tests/check/tidy $(filter-out $(BENCH),$(PROTOCOL) $(MODERATION) $(CLIENT) $(TERMINAL) $(SERVER)) server/main.c terminal/main.c \
		-- $(filter-out -Wnull-dereference,$(WARN)) -I. -DLUNTAN_VERSION='"$(VERSION)"' $$(pkg-config --cflags $(PKG))

.PHONY: cover
cover:
	@etc/install-packages build test cover
	@$(AGAIN) CONFIG=cover B=build/cover build-tests
	@tests/run --build build/cover || true
	@gcovr --root . --object-directory build/cover --exclude 'tests/' --exclude 'build/' --sort-uncovered --txt-summary \
		--txt build/cover/coverage.txt --html-details build/cover/coverage.html && tail -n 3 build/cover/coverage.txt

# ---- what is generated and checked in ----

.PHONY: spec
spec: $(B)/spec
	$(B)/spec reference > protocol/REFERENCE.md
	$(B)/spec cddl > protocol/luntan.cddl
	docs/man/tables

# ---- installing ----

HEADERS := $(wildcard protocol/*.h protocol/*.def)
to = $(DESTDIR)$(PREFIX)/$(1)
# Fills in where things are; $(1) is the template, $(2) what comes of it.
fill = mkdir -p $(dir $(2)) && sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@VERSION@|$(VERSION)|g' $(1) > $(2)

# Configuration that an administrator may have changed is never overwritten.
.PHONY: install
install: all
	install -D -m 755 $(B)/luntand $(call to,sbin/luntand)
	install -D -m 755 $(B)/luntan $(call to,bin/luntan)
	install -D -m 644 $(B)/libluntan.a $(call to,lib/libluntan.a)
	install -D -m 644 client-lib/luntan.h $(call to,include/luntan/luntan.h)
	install -D -m 644 -t $(call to,include/luntan/protocol) $(HEADERS)
	$(call fill,client-lib/libluntan.pc.in,$(call to,lib/pkgconfig/libluntan.pc))
	install -D -m 644 -t $(call to,share/man/man8) docs/man/luntand.8
	install -D -m 644 -t $(call to,share/man/man5) docs/man/luntan.conf.5
	install -D -m 644 -t $(call to,share/man/man1) docs/man/luntan.1
	install -D -m 644 -t $(call to,share/doc/luntan) README.md LICENSE docs/operating.md protocol/PROTOCOL.md protocol/REFERENCE.md protocol/luntan.cddl
	install -D -m 644 -t $(call to,share/luntan) etc/luntan.conf etc/boards etc/filters.example
	for file in luntan.conf boards; do \
		[ -e $(DESTDIR)/etc/luntan/$$file ] || install -D -m 644 etc/$$file $(DESTDIR)/etc/luntan/$$file || exit 1; done
	$(call fill,etc/luntand.service.in,$(call to,lib/systemd/system/luntand.service))
	install -D -m 644 -t $(call to,lib/systemd/system) etc/luntand-backup.service etc/luntand-backup.timer

.PHONY: clean
clean:
	rm -rf build
