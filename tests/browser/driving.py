"""A real browser, driven over the DevTools protocol on a pair of pipes: no package and no port is needed.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
PATIENCE_S = 60
"""How long a state is waited for; what it takes on a quiet machine is a few hundredths of that."""
KEYS = {"Escape": 27, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39, "Tab": 9}

UNTIL = """
new Promise((resolve, reject) => {
  const end = Date.now() + PATIENCE;
  const look = () => {
    let held = null;
    try { held = (EXPRESSION); } catch (error) { held = null; }
    if (held) resolve(held === true || typeof held === "string" || typeof held === "number" ? held : true);
    else if (Date.now() > end) reject(new Error("never came true; the page says: " + document.body.innerText));
    else setTimeout(look, 20);
  };
  look();
})
"""


# What a promise is refused with when another document takes the place of the one that it was made in.
LEFT = ("navigated", "context was destroyed", "Cannot find context")


class Refused(AssertionError):
    """The browser did not do what it was told."""


class Browser:
    """A process, and the two pipes that lead to it. Messages are JSON, each with a zero byte behind it."""

    def __init__(self, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The browser reads its commands from descriptor 3 and answers on 4.
        line = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", line, str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._held = b""
        self._number = 0
        self.told: list[Any] = []

    def send(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Sends one command, and gives its result; what the browser tells meanwhile is kept in `told`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            got = self._read()
            if got.get("id") == self._number:
                if "error" in got:
                    raise Refused(f"{method}: {got['error']['message']}")
                return got["result"]
            self.told.append(got)

    def _read(self) -> Any:
        last = time.monotonic() + 2 * PATIENCE_S
        while b"\0" not in self._held:
            ready, _, _ = select.select([self._in], [], [], max(0, last - time.monotonic()))
            piece = os.read(self._in, 65536) if ready else b""
            assert piece, "the browser fell silent"
            self._held += piece
        message, _, self._held = self._held.partition(b"\0")
        return json.loads(message)

    @classmethod
    @contextmanager
    def started(cls, profile: Path) -> Iterator[Browser]:
        """One that is there; where there is none to start, the test is skipped."""
        if CHROMIUM is None:
            pytest.skip("no browser: install one with `apt-get install chromium`")
        browser = cls(profile)
        try:
            yield browser
        finally:
            browser.close()

    def close(self) -> None:
        try:
            self.send("Browser.close")
            self._process.wait(PATIENCE_S)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._in)
            os.close(self._out)

    @cached_property
    def _session(self) -> str:
        """The one tab that all tests use in turn: a new one takes seconds where the processor is busy."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = str(self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable", session)
        return session

    @contextmanager
    def page(self, url: str, width: int = 1280, height: int = 800) -> Iterator[Page]:
        """The tab at this address, without what an earlier test left. What its console complains of fails the test."""
        page = Page(self, self._session)
        page.go("about:blank")
        self.told.clear()
        page.resize(width, height)
        page.go(url)
        try:
            yield page
            assert page.complaints() == []
        finally:
            page.online()
            page.prefers()
            page.run("sessionStorage.clear(), localStorage.clear()")


class Page:
    """One tab. forgiven: what a test brings about and the console complains of: `401`, `ERR_INTERNET_DISCONNECTED`."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.forgiven: set[str] = set()

    def send(self, method: str, **params: Any) -> Any:
        return self._browser.send(method, self._session, **params)

    def go(self, url: str) -> None:
        """Loads an address that is not the one which is shown."""
        self.send("Page.navigate", url=url)
        self.until(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    def resize(self, width: int, height: int) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefers(self, **features: str) -> None:
        """`prefers_color_scheme="dark"` and the like."""
        held = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", features=held)

    def offline(self, is_off: bool = True) -> None:
        none = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.send("Network.emulateNetworkConditions", offline=is_off, **none)

    def online(self) -> None:
        self.offline(False)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page, awaited."""
        done = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]["exception"].get("description")
        return done["result"].get("value")

    def until(self, expression: str) -> Any:
        """Waits until it is true of the page, and gives it; a document that is loaded meanwhile is waited in, too."""
        last = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.run(UNTIL.replace("PATIENCE", str(PATIENCE_S * 1000)).replace("EXPRESSION", expression))
            except Refused as refused:
                if time.monotonic() > last or not any(words in str(refused) for words in LEFT):
                    raise

    def text(self, selector: str) -> str:
        """The text of the last element that fits, once there is one."""
        return str(self.until(f"[...document.querySelectorAll({json.dumps(selector)})].at(-1)?.textContent"))

    def texts(self, selector: str) -> list[str]:
        return list(self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(each => each.textContent)"))

    def press(self, key: str) -> None:
        code = KEYS.get(key, 0)
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Presses the mouse in the middle of the last element that fits, once it is there and can be seen."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})].at(-1)"
        self.until(f"{found}?.checkVisibility()")
        x, y = self.run(
            f"(() => {{ const node = {found}; node.scrollIntoView({{block: 'nearest'}});"
            " const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def complaints(self) -> list[str]:
        """Exceptions nobody caught, and what the console reports as an error: a refusal by the policy is one."""
        self.run("0")  # whatever was on its way has been told now
        told = self._browser.told
        thrown = [
            str(each["params"]["exceptionDetails"]) for each in told if each["method"] == "Runtime.exceptionThrown"
        ]
        logged = [each["params"]["entry"] for each in told if each["method"] == "Log.entryAdded"]
        return thrown + [
            entry["text"]
            for entry in logged
            if entry["level"] == "error" and not any(each in entry["text"] for each in self.forgiven)
        ]

    def requested(self) -> list[str]:
        """Every address that this tab asked for."""
        return [
            each["params"]["request"]["url"]
            for each in self._browser.told
            if each["method"] == "Network.requestWillBeSent"
        ]
