"""The web face beside nginx: pages per second over TLS by wrk, and memory of open event streams.

Both serve on two loopback ports of the same run; nginx gives a file of the same size as our page. A page that is kept is one
address asked again and again; one that is not is a new address each time (a query that nobody reads).
"""
import contextlib
import http.client
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

CONNECTIONS, THREADS = 64, 2

NGINX = """daemon off;
pid {directory}/pid;
error_log {directory}/error.log;
worker_processes {workers};
worker_rlimit_nofile 65536;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 1000000000;
    open_file_cache max=100;
    types {{ }}
    default_type text/html;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl reuseport;
        ssl_certificate {directory}/cert.pem;
        ssl_certificate_key {directory}/key.pem;
        ssl_protocols TLSv1.3;
        root {directory}/www;
    }}
}}
"""

# A new address for every request: {path} with %d for the thread or floor in turn, and a number that nobody reads.
FRESH = """local n = {seed}
request = function()
    n = n + 1
    return wrk.format("GET", string.format("{path}", {first} + (n * {step}) % {spread}, n))
end
"""


def trusting():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fetch(port, path):
    """Status and body of one page."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting(), timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def wrk(port, path="/", seconds=3, script=None):
    """Requests per second and the 99th percentile in ms."""
    words = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    with contextlib.ExitStack() as stack:
        if script:
            file = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".lua"))
            file.write(script)
            file.flush()
            words += ["-s", file.name]
        done = subprocess.run([*words, f"https://127.0.0.1:{port}{path}"], capture_output=True, text=True, timeout=seconds + 60)
    said = done.stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if not rate or wrong:
        raise RuntimeError(f"wrk {path}: {said[-300:]}{done.stderr[-300:]}")
    scale = {"us": 0.001, "ms": 1, "s": 1000}
    return float(rate.group(1)), float(late.group(1)) * scale[late.group(2)] if late else 0.0


@contextlib.contextmanager
def nginx(workers, certificate, free_port, stop):
    """An nginx over TLS; its port and the directory whose files it serves."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)
        (directory / "www").mkdir()
        certificate(directory)
        port = free_port()
        (directory / "nginx.conf").write_text(NGINX.format(directory=directory, workers=workers, port=port))
        process = subprocess.Popen([program, "-c", directory / "nginx.conf", "-e", directory / "error.log"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield port, directory / "www"
        finally:
            stop(process)


def open_streams(port, count, topics):
    """That many event streams of visitors, each past its `live` event."""
    context = trusting()
    streams = []
    for _ in range(count):
        stream = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 30))
        stream.sendall(f"GET /live?topics={topics} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        seen = b""
        while b"event: live" not in seen:
            piece = stream.recv(4096)
            if not piece:
                raise RuntimeError("a stream ended: " + seen.decode(errors="replace")[:300])
            seen += piece
        streams.append(stream)
    return streams


# Each thread of wrk asks with the tag that it was given last, and tells at the end how many answers were 304.
POLL = """local tag, threads = nil, {{}}
function setup(thread) table.insert(threads, thread) end
function init() same, all = 0, 0 end
request = function()
    if tag then return wrk.format("GET", "{path}", {{["If-None-Match"] = tag}}) end
    return wrk.format("GET", "{path}")
end
response = function(status, headers)
    all = all + 1
    if status == 304 then same = same + 1 end
    if headers["ETag"] then tag = headers["ETag"] end
end
done = function()
    local same, all = 0, 0
    for _, thread in ipairs(threads) do
        same = same + thread:get("same")
        all = all + thread:get("all")
    end
    io.write(string.format("unchanged %d of %d\\n", same, all))
end
"""


def poll(port, path, connections, seconds):
    """Polls per second, the 99th percentile in ms, and the share of answers that were 304."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(POLL.format(path=path))
        file.flush()
        done = subprocess.run(["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", file.name, f"https://127.0.0.1:{port}{path}"],
                              capture_output=True, text=True, timeout=seconds + 60)
    rate, late = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout), re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    counts = re.search(r"unchanged (\d+) of (\d+)", done.stdout)
    if not rate or not late or not counts:
        raise RuntimeError(done.stdout[-300:] + done.stderr[-300:])
    return float(rate.group(1)), float(late.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[late.group(2)], int(counts.group(1)) / max(1, int(counts.group(2)))
