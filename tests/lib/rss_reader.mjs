// Reads a feed from standard input with npm's rss-parser; writes its entries as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(new URL("../browser/package.json", import.meta.url));
const Parser = require("rss-parser");
const feed = await new Parser().parseString(readFileSync(0, "utf8"));
const entries = feed.items.map((item) => ({
  id: item.guid ?? item.id, title: item.title, link: item.link, author: item.author ?? item.creator,
  html: item["content:encoded"] ?? item.content, published: item.isoDate ?? item.pubDate,
}));
process.stdout.write(JSON.stringify({ title: feed.title, link: feed.link, entries }));
