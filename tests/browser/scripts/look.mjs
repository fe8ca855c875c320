// Looks at pages in both colour schemes, on a phone and on a desk: pictures, and whether everybody can use them.

import { DESKTOP, PHONE, isForEverybody, open, picture, walk } from "./browser.mjs";

// A page does not come anew when it is looked at in another way.
const WAYS = [
  { size: "phone", viewport: PHONE, colorScheme: "light" },
  { size: "desktop", viewport: DESKTOP, colorScheme: "dark" },
];

await walk(async (browser, { pages }) => {
  const page = await open(browser);
  // The page that goes on by itself stays to be looked at.
  await page.route("**/simulator/submit.js", (route) => route.abort());
  for (const { name, url, choice, language } of pages) {
    await page.goto(url);
    if (choice) await page.click(`button[value=${choice}]`);
    await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => part.setAttribute("open", "")));
    for (const { size, viewport, colorScheme } of WAYS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const title = `${name}-${size}-${colorScheme}`;
      await picture(page, title);
      await isForEverybody(page, title);
    }
  }
});
