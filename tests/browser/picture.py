"""Makes the README's picture of the Build page from the running app: `python -m tests.browser.picture`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium
from tests.servers import ROOT, running

PICTURE = ROOT / "docs" / "build.png"
SAID = (
    "Something that reads the mails to our bike shop and tells the workshop what is broken",
    "Data for a program",
    "Call it BikeMail",
    "Friendly and short. Never promise a repair date. Broken brakes are always urgent.",
    "the mail of the customer",
    "the broken part; urgency (today, this week or later); whether the customer wants a call back, optional",
)


def talk(page: Page) -> None:
    for text in SAID:
        page.locator("[data-chat-input]").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_timeout(1_500)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.flags())
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.goto(f"{server.url}/Build")
        page.locator("[data-chat-input]").wait_for()
        talk(page)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"made {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
