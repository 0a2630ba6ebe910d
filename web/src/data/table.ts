import type { Column, Scalar, TableFile } from "./schema";

/** A table by column, asked by row number; an unknown column answers null everywhere. */
export class Table {
  readonly ids: string[];
  readonly #rows = new Map<string, number>();
  readonly #columns: Record<string, Column>;

  constructor(file: TableFile) {
    this.ids = file.ids;
    this.#columns = file.columns;
    file.ids.forEach((id, row) => this.#rows.set(id, row));
  }

  get length(): number {
    return this.ids.length;
  }

  row(id: string): number | undefined {
    return this.#rows.get(id);
  }

  has(name: string): boolean {
    return name in this.#columns;
  }

  value(name: string, row: number): Scalar {
    const column = this.#columns[name];
    if (column === undefined) return null;
    if (Array.isArray(column)) return column[row] ?? null;
    if ("all" in column) return column.all;
    return column.values[column.codes[row] ?? -1] ?? null;
  }

  number(name: string, row: number): number | null {
    const value = this.value(name, row);
    return typeof value === "number" ? value : null;
  }

  text(name: string, row: number): string {
    const value = this.value(name, row);
    return typeof value === "string" ? value : "";
  }

  rows(): number[] {
    return Array.from(this.ids.keys());
  }
}
