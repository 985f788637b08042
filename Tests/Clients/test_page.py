"""The page of `waypost dev` in a real browser: Debian's Chromium, driven by its own driver."""

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait


def choose(browser, person, trip):
    WebDriverWait(browser, 20).until(
        lambda page: len(Select(page.find_element(By.ID, "person")).options) >= 3
    )
    Select(browser.find_element(By.ID, "person")).select_by_visible_text(person)
    trips = Select(browser.find_element(By.ID, "trip"))
    trips.select_by_value(trip)


def wait_for_state(browser, state):
    WebDriverWait(browser, 20).until(
        lambda page: page.find_element(By.ID, "state").get_attribute("data-state") == state
    )


def test_a_change_made_by_psql_appears_in_the_page(gateway, browser):
    browser.get(gateway.url + "/")
    choose(browser, "Ana", "1")
    wait_for_state(browser, "connected")
    gateway.sql("update public.trips set destination = 'Porto, by psql' where id = 1")
    change = WebDriverWait(browser, 20).until(
        lambda page: page.find_element(
            By.CSS_SELECTOR, '#changes > li[data-operation="UPDATE"][data-table="trips"]'
        )
    )
    assert "Porto, by psql" in change.text


def test_a_refusal_is_shown_with_its_reason(gateway, browser):
    browser.get(gateway.url + "/")
    choose(browser, "Cleo", "1")
    refusal = WebDriverWait(browser, 20).until(
        lambda page: page.find_element(By.ID, "refusal").text
        and page.find_element(By.ID, "refusal")
    )
    assert "You do not have permissions to read from this Channel topic: trip:1" in refusal.text


def test_nothing_of_the_page_fails_in_the_console(gateway, browser):
    browser.get(gateway.url + "/")
    choose(browser, "Ben", "1")
    wait_for_state(browser, "connected")
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []
