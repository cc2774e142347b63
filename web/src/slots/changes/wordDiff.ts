/** What differs between two texts, word by word. */
export interface Piece {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond so many comparisons the texts are shown whole, one after the other. */
const MAX_COMPARISONS = 1_000_000;

/** Gives the pieces in reading order; all but the added ones make `before`, all but the removed ones `after`. */
export function wordDiff(before: string, after: string): Piece[] {
  const [old, young] = [words(before), words(after)];
  if (old.length * young.length > MAX_COMPARISONS) return joined([piece("removed", before), piece("added", after)]);
  const common = commonLengths(old, young);
  const pieces: Piece[] = [];
  let [left, right] = [0, 0];
  while (left < old.length || right < young.length) {
    const [removed, added] = [old[left], young[right]];
    if (removed !== undefined && removed === added) {
      pieces.push(piece("same", removed));
      left += 1;
      right += 1;
    } else if (removed !== undefined && (added === undefined || at(common, left + 1, right) >= at(common, left, right + 1))) {
      pieces.push(piece("removed", removed));
      left += 1;
    } else {
      pieces.push(piece("added", added ?? ""));
      right += 1;
    }
  }
  return joined(pieces);
}

const piece = (kind: Piece["kind"], text: string): Piece => ({ kind, text });
const words = (text: string) => text.split(/(\s+)/).filter((word) => word !== "");
const at = (table: number[][], row: number, column: number) => table[row]?.[column] ?? 0;

/** How many words the rests of both, from each place on, have in common in the same order. */
function commonLengths(old: string[], young: string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => Array.from({ length: young.length + 1 }, () => 0));
  for (let row = old.length - 1; row >= 0; row -= 1) {
    const line = table[row] ?? [];
    for (let column = young.length - 1; column >= 0; column -= 1) {
      line[column] = old[row] === young[column] ? at(table, row + 1, column + 1) + 1 : Math.max(at(table, row + 1, column), at(table, row, column + 1));
    }
  }
  return table;
}

/** Puts neighbours together; in each run of changes first what went, then what came, the spaces between them in both. */
function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  const run = { removed: "", added: "" };
  const endRun = () => {
    for (const kind of ["removed", "added"] as const) {
      if (run[kind] !== "") result.push(piece(kind, run[kind]));
      run[kind] = "";
    }
  };
  pieces.forEach(({ kind, text }, place) => {
    const next = pieces[place + 1]?.kind ?? "same";
    if (kind !== "same") run[kind] += text;
    else if (text.trim() === "" && next !== "same" && (run.removed !== "" || run.added !== "")) {
      run.removed += text;
      run.added += text;
    } else {
      endRun();
      const last = result.at(-1);
      if (last?.kind === "same") last.text += text;
      else result.push(piece("same", text));
    }
  });
  endRun();
  return result;
}
