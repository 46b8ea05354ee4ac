import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

/** Puts a file that no stylesheet names into the manifest: the tab's icon. */
const mark = {
  name: "mark",
  buildStart() {
    const originalFileName = "icons/mark.svg";
    this.emitFile({ type: "asset", name: "mark.svg", originalFileName, source: readFileSync(originalFileName) });
  },
};

// The server reads dist/.vite/manifest.json and serves dist/ under /static/.
export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [mark],
  build: {
    outDir: "dist",
    manifest: true,
    // Nothing becomes a data: address, the Content-Security-Policy allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox121", "safari17.5"],
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    rollupOptions: {
      input: ["styles/site.css", "styles/timetable.css", "styles/organizing.css", "styles/timetable-editor.css", "islands/main.ts"],
    },
  },
});
