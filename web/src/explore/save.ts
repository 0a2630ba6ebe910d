/** Hands a text to the reader as a file; nothing is sent anywhere. */
export function saveText(name: string, text: string, kind = "text/plain"): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** One field of a sheet; a text that a spreadsheet would run is quoted, as in the published tables. */
export function field(text: string): string {
  const number = /^-?\d+([.,]\d+)?$/.test(text);
  const plain = /^[=+\-@\t\r]/.test(text) && !number && text !== "-" ? `'${text}` : text;
  return /[;"\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Rows as CSV with semicolons and a byte order mark, as German spreadsheets want it. */
export function csvText(rows: string[][]): string {
  return `\uFEFF${rows.map((row) => row.map(field).join(";")).join("\r\n")}\r\n`;
}

export function saveCsv(name: string, rows: string[][]): void {
  saveText(name, csvText(rows), "text/csv");
}
