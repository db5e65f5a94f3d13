import rss from "@astrojs/rss";

export function GET(context) {
  return rss({});
}
