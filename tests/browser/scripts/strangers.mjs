// Pages of other sites try to press the console's buttons.

import { open, walk } from "./browser.mjs";

await walk(async (browser, { sites, target, rebound }) => {
  const page = await open(browser);
  const answers = [];
  for (const site of sites) {
    await page.goto(site);
    await page.evaluate((action) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action });
      document.body.append(form);
      form.submit();
    }, target);
    await page.waitForURL(target);
    answers.push(await page.textContent("body"));
  }
  await page.goto(rebound);
  answers.push(await page.textContent("body"));
  return answers;
});
