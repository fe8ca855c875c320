// Measures the first paint of pages on a phone: each is loaded as often as told, in a window of its own with an empty
// cache. Milliseconds from the beginning of the navigation, as the browser's Performance API has them.

import { open, walk } from "./browser.mjs";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

async function paints(browser, url) {
  const page = await open(browser, PHONE);
  await page.goto(url);
  const told = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const observer = new PerformanceObserver(() => {
          const entries = performance.getEntriesByType("paint");
          if (entries.length < 2) return;
          const at = (name) => entries.find((entry) => entry.name === name).startTime;
          resolve([at("first-paint"), at("first-contentful-paint")]);
        });
        observer.observe({ type: "paint", buffered: true });
      }),
  );
  await page.context().close();
  return told;
}

await walk(async (browser, { urls }) => {
  const measured = [];
  for (const url of urls) measured.push(await paints(browser, url));
  return measured;
});
