/** An image on a canvas. */

/** Draws the image so large at most; rejects when it is none. */
export async function paint(canvas: HTMLCanvasElement, blob: Blob, most: number): Promise<void> {
  const image = await createImageBitmap(blob);
  const scale = Math.min(1, most / Math.max(image.width, image.height));
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
}
