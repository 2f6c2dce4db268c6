import { typeOf } from "@/api/admin/startImport";
import { amountOf } from "@/features/admin/amount";
import { sinceText } from "@/features/admin/since";
import { lengthOf, stepBetween } from "@/features/admin/steps";
import { unitsOf } from "@/features/admin/StockForm";
import { describe, expect, it } from "vitest";

describe("what is typed at the admin desk", () => {
  it.each([
    ["12.50", 12.5],
    ["12,5", 12.5],
    [" 7 ", 7],
    ["1.125", 1.125],
    ["", null],
    ["-1", null],
    ["1e3", null],
    ["1.2345", null],
    ["1,000.00", null],
    ["twelve", null],
  ])("reads the amount %j", (typed, amount) => {
    expect(amountOf(typed)).toBe(amount);
  });

  it.each([
    ["5", "difference", 5],
    ["+5", "difference", 5],
    ["-2", "difference", -2],
    ["\u22122", "difference", -2], // the sign that typesetters use
    ["0", "difference", null],
    ["1.5", "difference", null],
    ["", "difference", null],
    ["0", "count", 0],
    ["-1", "count", null],
    ["12345678901", "count", null],
  ] as const)("reads the units %j as a %s", (typed, way, units) => {
    expect(unitsOf(typed, way)).toBe(units);
  });
});

describe("a period", () => {
  it("is drawn in steps that leave the chart legible", () => {
    expect(stepBetween({ from: "2026-11-21", to: "2026-11-21" })).toBe("hour");
    expect(stepBetween({ from: "2026-10-23", to: "2026-11-21" })).toBe("day");
    expect(stepBetween({ from: "2026-08-24", to: "2026-11-21" })).toBe("week");
    expect(stepBetween({ from: "2025-11-22", to: "2026-11-21" })).toBe("month");
  });

  it("has as many days as the calendar says, also where clocks change", () => {
    expect(lengthOf({ from: "2026-03-28", to: "2026-03-30" })).toBe(3);
    expect(lengthOf({ from: "2026-11-21", to: "2026-11-21" })).toBe(1);
  });
});

it("tells how long ago something was, in the largest unit that fits", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  expect(sinceText("2026-11-21T11:59:30Z", "en", now)).toBe("30 seconds ago");
  expect(sinceText("2026-11-21T11:57:00Z", "en", now)).toBe("3 minutes ago");
  expect(sinceText("2026-11-21T15:00:00Z", "en", now)).toBe("in 3 hours");
  expect(sinceText("2026-11-18T12:00:00Z", "de", now)).toBe("vor 3 Tagen");
});

it("knows a catalogue by its name, which browsers do not", () => {
  expect(["a.csv", "b.JSONL", "c.d.yml", "d.pdf", "csv"].map(typeOf)).toEqual([
    "text/csv",
    "application/jsonl",
    "application/yaml",
    undefined,
    "text/csv",
  ]);
});
