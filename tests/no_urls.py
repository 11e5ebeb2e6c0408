"""Texts that look like URLs of http, and are none."""

NO_WEB_URLS = (
    *("http://[", "http://a]/", "http://[v1.x]/", "http://[::1", "http://[::g]/"),
    *("http://h:99999999/", "http://h:٣/", "http://h:x/", "http://h:0/", "http://h:-1/"),
    *("http://", "http:///path", "http://:80/", "//h/", "h:80", "ftp://h/", "http:h"),
    *("http://℀.test/", "http://x y/", "http://a\x01b/", "http://a\u202eb/", "http://a..b/"),
    *("http://%zz/", "http://a,b/", f"http://{'a' * 64}.test/"),
)
