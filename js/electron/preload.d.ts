/** Named as a window's preload, it exports nothing: what a page gets is in `page.d.ts`. */
export {};
