"""The hand-built case, and a browser that may reach nothing."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

_CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def builders() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "report_builders", Path(__file__).with_name("builders.py")
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")  # playwright cannot run twice at a time
def chromium() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian package chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Page:
    """An opened report, with every address it asked for beside itself."""

    def __init__(self, page: object, asked: list[str]) -> None:
        self.page = page
        self.asked = asked


@pytest.fixture
def open_page(chromium: object, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    contexts = []

    def opened(html: str, *, width: int = 1280, dark: bool = False, scripts: bool = False) -> Page:
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        asked: list[str] = []

        def refuse(route: object) -> None:
            if route.request.url == path.as_uri():
                route.continue_()
                return
            asked.append(route.request.url)
            route.abort()

        context.route("**/*", refuse)
        page = context.new_page()
        page.goto(path.as_uri())
        return Page(page, asked)

    yield opened
    for context in contexts:
        context.close()
