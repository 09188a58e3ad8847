"""A page in a real browser."""


class Opened:
    """A report in the browser, and all that went wrong there."""

    def __init__(self, browser, path, *, width=1280, scheme="light"):
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.problems, self.requests = [], []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.wait_for(".chart[data-drawn]", self.page.locator(".chart").count())

    def wait_for(self, selector, count):
        """The policy of the page allows the test no polling by expressions."""
        if count:
            self.page.locator(selector).nth(count - 1).wait_for(state="attached")

    def labels(self, chart, role="axis-label"):
        return self.page.locator(f"#chart-{chart} .role-{role} text").all_text_contents()

    def settle(self):
        self.page.locator("#picker:not([data-busy])").wait_for()
        self.page.wait_for_timeout(200)

    def is_sound(self, path):
        assert self.problems == []
        assert [url for url in self.requests if not url.startswith("data:")] == [path.as_uri()]
        sizes = self.page.evaluate(
            "[...document.querySelectorAll('.chart')].map(chart => {"
            " const box = chart.querySelector('svg.marks').getBoundingClientRect();"
            " return [box.width, box.height]; })"
        )
        assert sizes
        assert all(width > 250 and height > 60 for width, height in sizes)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return self
