/** Bytes that grow, written as the fields and numbers of protocol buffers. */
export class Bytes {
  #held = new Uint8Array(256);
  length = 0;

  /** The bytes so far; the next write may take them back. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#held.subarray(0, this.length);
  }

  clear(): this {
    this.length = 0;
    return this;
  }

  /** A whole number from 0 on, seven bits a byte. */
  number(value: number): this {
    this.#room(10);
    for (; value > 127; value = Math.floor(value / 128)) this.#held[this.length++] = (value % 128) + 128;
    this.#held[this.length++] = value;
    return this;
  }

  /** A whole number of either sign. */
  step(value: number): this {
    return this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#held.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** A field of a whole number. */
  value(field: number, value: number): this {
    return this.number(field * 8).number(value);
  }

  /** A field that says how long it is. */
  field(field: number, body: Uint8Array): this {
    return this.number(field * 8 + 2).number(body.length).raw(body);
  }

  text(field: number, value: string): this {
    return this.field(field, new TextEncoder().encode(value));
  }

  #room(more: number): void {
    if (this.length + more <= this.#held.length) return;
    const next = new Uint8Array(2 * (this.length + more));
    next.set(this.written);
    this.#held = next;
  }
}
