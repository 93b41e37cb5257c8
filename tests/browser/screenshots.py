"""Pictures of report and terminal for a person to look at: `make screenshots`.

Writes the ignored folder `screenshots/`; `--docs` also renews the pictures of the README.
"""

import argparse
import html
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).parents[2]
OUT: Final = ROOT / "screenshots"
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COMMAND: Final = str(Path(sys.executable).with_name("esim-analysis"))
VIEWS: Final[dict[str, dict[str, Any]]] = {
    "wide-light": {"viewport": {"width": 1280, "height": 900}},
    "wide-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    "phone-dark": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "color_scheme": "dark",
    },
    "wide-no-scripts": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}
CASES: Final = {
    "xiaoli": ["sample_data/xiaoli"],
    "iphone-night": ["sample_data/iphone-night"],
    "balances-only": ["sample_data/iphone-night/balances.txt"],
}


def report(case: str, lang: str) -> tuple[Path, str]:
    """Write the report of a case; return its path and what the terminal said."""
    path = OUT / f"{case}-{lang}.html"
    command = [COMMAND, "report", *CASES[case], "--lang", lang, "-o", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return path, done.stdout


def shoot(browser: Browser, page_file: Path, name: str, *, whole: bool, **view: Any) -> Path:
    """Open a file with every request refused and take a picture."""
    context = browser.new_context(**view)
    context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.wait_for_timeout(300)
    target = OUT / f"{name}.png"
    page.screenshot(path=target, full_page=whole)
    context.close()
    return target


def terminal(said: str) -> Path:
    """Write what the terminal said as a page that looks like one."""
    page = OUT / "verdict.html"
    style = "font:15px/1.6 monospace;background:#1c1f24;color:#e8e6e0;padding:24px;margin:0"
    # Where this machine keeps the page is nobody's business.
    shown = "$ make demo\n\n" + said.replace(f"{OUT}/xiaoli-en.html", "report.html")
    page.write_text(
        f'<meta charset="utf-8"><pre style="{style};white-space:pre-wrap">{html.escape(shown)}</pre>',
        encoding="utf-8",
    )
    return page


def main() -> None:
    """Take all pictures; with `--docs` renew those of the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true")
    docs = parser.parse_args().docs
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for case in CASES:
            for lang in ("en", "es", "zh"):
                page, said = report(case, lang)
                for view, settings in VIEWS.items():
                    shoot(browser, page, f"{case}-{lang}-{view}", whole=True, **settings)
                if (case, lang) == ("xiaoli", "en"):
                    spoken = terminal(said)
        if docs:
            pictures = ROOT / "docs" / "pictures"
            pictures.mkdir(exist_ok=True)
            english, chinese = OUT / "xiaoli-en.html", OUT / "xiaoli-zh.html"
            wide = shoot(browser, english, "report", whole=False, **VIEWS["wide-light"])
            phone = shoot(browser, chinese, "report-phone-zh", whole=False, **VIEWS["phone-light"])
            verdict = shoot(
                browser, spoken, "verdict", whole=True, viewport={"width": 900, "height": 200}
            )
            for picture in (wide, phone, verdict):
                shutil.copy(picture, pictures / picture.name)
        browser.close()
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT.name}/")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
