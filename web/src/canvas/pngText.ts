// A text inside a PNG, which travels with it wherever the picture goes (an iTXt chunk: PNG, third edition, section 11.3.3.4).

/** The signature and the chunk IHDR, after which others may follow. */
const HEAD = 8 + 25;

export async function withText(png: Blob, name: string, text: string): Promise<Blob> {
  // Its name; neither compressed nor in a named language.
  const body = new TextEncoder().encode(`iTXt${name}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(body.length + 8);
  const fields = new DataView(chunk.buffer);
  fields.setUint32(0, body.length - 4); // its kind does not count
  chunk.set(body, 4);
  fields.setUint32(4 + body.length, crc32(body));
  return new Blob([png.slice(0, HEAD), chunk, png.slice(HEAD)], { type: 'image/png' });
}

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
