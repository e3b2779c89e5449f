"""A browser without JavaScript, as far as tests need one: TLS, cookies, redirects, forms as they stand in pages."""
import html.parser
import http.client
import ssl
import urllib.parse
import uuid


def trusting():
    """A TLS context that takes the server's self-signed certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Form:
    """A form as it stands in a page: its fields with their present values, and its buttons."""

    def __init__(self, attributes):
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get").lower()
        self.encoding = attributes.get("enctype", "application/x-www-form-urlencoded")
        self.fields = {}
        self.buttons = []

    def __contains__(self, name):
        return name in self.fields


class Page(html.parser.HTMLParser):
    """One answer, read: status, header fields, text, forms, links, ids."""

    def __init__(self, status, fields, body, path):
        super().__init__(convert_charrefs=True)
        self.status, self.headers, self.body, self.path = status, fields, body, path
        self.forms, self.links, self.ids, self.elements = [], [], [], []
        self._area = self._select = None
        self.text = ""
        if fields.get("content-type", "").startswith("text/html"):
            self.feed(body.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "form":
            self.forms.append(Form(attributes))
        elif self.forms:
            self._control(tag, attributes)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def _control(self, tag, attributes):
        form, name = self.forms[-1], attributes.get("name")
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        if tag == "textarea" and name:
            self._area = name
            form.fields[name] = ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            if self._select not in form.fields or "selected" in attributes:
                form.fields[self._select] = attributes.get("value", "")
        elif kind == "submit" and tag in ("button", "input"):
            form.buttons.append((name, attributes.get("value", "")))
        elif kind in ("checkbox", "radio"):
            if name and "checked" in attributes:
                form.fields[name] = attributes.get("value", "on")
        elif tag == "input" and name:
            form.fields[name] = attributes.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            value = self.forms[-1].fields[self._area]
            self.forms[-1].fields[self._area] = value[1:] if value.startswith("\n") else value
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._area:
            self.forms[-1].fields[self._area] += data
        self.text += data

    def form(self, action):
        """The form that posts to an address beginning so."""
        found = [form for form in self.forms if form.action.startswith(action)]
        assert found, f"no form to {action} on {self.path} ({self.status}): {[form.action for form in self.forms]} {self.text[:300]}"
        return found[0]


def multipart(fields):
    """Type and body of multipart/form-data."""
    boundary = uuid.uuid4().hex
    body = b"".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode("utf-8", "surrogateescape") + b"\r\n"
                    for name, value in fields)
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


class Browser:
    """One person's browser: keeps cookies, follows redirects, sends what browsers send."""

    def __init__(self, port, lang="zh-CN", agent="Mozilla/5.0 (Linux; Android 10) Firefox/130.0"):
        self.port, self.lang, self.agent = port, lang, agent
        self.cookies = {}
        self.set_cookies = []  # complete Set-Cookie lines of the last answer
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def _exchange(self, method, path, body, fields):
        for last in (False, True):  # a kept connection may have been closed meanwhile
            if not self.connection:
                self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=trusting(), timeout=60)
            try:
                self.connection.request(method, path, body=body, headers=fields)
                answer = self.connection.getresponse()
                return answer, answer.read()
            except (http.client.HTTPException, ConnectionError, ssl.SSLError):
                self.close()
                if last:
                    raise
        raise AssertionError

    def request(self, method, path, body=None, **more):
        """One exchange; `more` are further header fields with underscores for hyphens, None to leave one out."""
        fields = {"User-Agent": self.agent, "Accept-Language": self.lang, "Accept": "text/html"}
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            fields |= {"Origin": f"https://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        fields |= {name.replace("_", "-"): value for name, value in more.items()}
        answer, content = self._exchange(method, path, body, {name: value for name, value in fields.items() if value is not None})
        self.set_cookies = answer.headers.get_all("Set-Cookie") or []
        for line in self.set_cookies:
            name, _, value = line.partition(";")[0].partition("=")
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return Page(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content, path)

    def follow(self, page):
        for _ in range(10):
            if page.status not in (301, 302, 303, 307, 308):
                break
            page = self.request("GET", page.headers["location"].partition("#")[0])
        return page

    def get(self, path, follow=True, **more):
        page = self.request("GET", path, **more)
        return self.follow(page) if follow else page

    def submit(self, form, /, button=None, follow=True, extra=None, **values):
        """Sends a form with these fields changed, by the button with this value (the first one otherwise)."""
        fields = dict(form.fields) | {name: value for name, value in values.items() if value is not None}
        for name in [name for name, value in values.items() if value is None]:
            fields.pop(name, None)
        pressed = [each for each in form.buttons if each[1] == button] if button else form.buttons[:1]
        pairs = list(fields.items()) + [(name, value) for name, value in pressed if name]
        if form.encoding.startswith("multipart"):
            kind, body = multipart([(name, value.replace("\n", "\r\n")) for name, value in pairs])
        else:
            kind = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode([(name, value.replace("\n", "\r\n")) for name, value in pairs]).encode()
        page = self.request("POST", form.action, body, Content_Type=kind, **(extra or {}))
        return self.follow(page) if follow else page

    # ---- what people do ----

    def sign_up(self, handle, password="correct horse battery", invite=None):
        page = self.get("/register" + (f"?invite={invite}" if invite else ""))
        values = {"handle": handle, "password": password}
        if invite:
            values["invite"] = invite
        page = self.submit(page.form("/register"), **values)
        assert "__Host-luntan" in self.cookies, f"not signed up ({page.status}): {page.text[:400]}"
        return page

    def sign_in(self, handle, password="correct horse battery", code=None):
        page = self.get("/login")
        return self.submit(page.form("/login"), handle=handle, password=password, **({"code": code} if code else {}))

    def post(self, board, title, body):
        """Starts a thread; its page."""
        return self.submit(self.get(f"/b/{board}/new").form(f"/b/{board}/new"), "post", title=title, body=body)
