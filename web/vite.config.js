import { defineConfig } from "vite";

// base './': the site works below any path. No inlined assets and no polyfill script: both would break the CSP.
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    license: { fileName: "licences.txt" },
  },
});
