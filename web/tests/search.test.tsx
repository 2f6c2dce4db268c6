import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Route, Routes, useLocation } from "react-router";
import { SearchBar } from "@/app/SearchBar";
import SearchPage from "@/features/catalogue/SearchPage";
import { type Call, shopThatAnswers, show } from "./support";

vi.mock("@/api/capabilities", () => ({ capabilities: { search: true, suggestions: true, exportMe: true, trending: false, sellers: false, events: false } }));

const product = (name: string) => ({ productId: name, slug: name, name, price: 1, currency: "USD", category: "home", stock: 1, imageUrl: "", images: [], variants: [], brand: "" });

function answer({ path }: Call): [number, unknown, Record<string, string>?] {
  if (path.startsWith("/api/search/suggestions")) return [200, ["stoneware mug", "mug rack"]];
  if (path.includes("cursor=2")) return [200, [product("Mug Rack")]];
  return [200, [product("Kiln Mug")], { Link: '</api/search?cursor=2>; rel="next"' }];
}

function Where() {
  const { pathname, search } = useLocation();
  return <p data-testid="where">{pathname + search}</p>;
}

function open(path: string) {
  show(
    <>
      <SearchBar />
      <Where />
      <Routes>
        <Route path="/search" element={<SearchPage />} />
        <Route path="*" element={null} />
      </Routes>
    </>,
    path,
  );
  return screen.getByRole("combobox", { name: "Search products" });
}

const where = () => screen.getByTestId("where").textContent;

describe("the search bar", () => {
  it("proposes after a pause, and the arrow keys choose", async () => {
    const calls = shopThatAnswers(answer);
    const input = open("/");
    await userEvent.type(input, "mug");
    expect(calls).toHaveLength(0);
    await screen.findByRole("option", { name: "mug rack" });
    expect(calls.map(({ path }) => path)).toEqual(["/api/search/suggestions?q=mug"]);
    expect(input.getAttribute("aria-expanded")).toBe("true");
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(input.getAttribute("aria-activedescendant")).toBe(screen.getByRole("option", { name: "mug rack" }).id);
    expect(where()).toBe("/"); // nobody is taken along by surprise
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(where()).toBe("/search?q=mug%20rack"));
    expect((input as HTMLInputElement).value).toBe("mug rack");
  });

  it("searches for what was typed, and is cleared", async () => {
    shopThatAnswers(answer);
    const input = open("/");
    await userEvent.type(input, "mug{Enter}");
    await waitFor(() => expect(where()).toBe("/search?q=mug"));
    await userEvent.click(screen.getByRole("button", { name: "Clear search" }));
    expect((input as HTMLInputElement).value).toBe("");
    expect(document.activeElement).toBe(input);
  });

  it("lets the results follow what is typed on their page", async () => {
    shopThatAnswers(answer);
    const input = open("/search?q=mug");
    expect((input as HTMLInputElement).value).toBe("mug");
    await userEvent.type(input, "s");
    await waitFor(() => expect(where()).toBe("/search?q=mugs"), { timeout: 2000 });
    expect((input as HTMLInputElement).value).toBe("mugs");
  });
});

it("shows what is found, and more of it", async () => {
  shopThatAnswers(answer);
  open("/search?q=mug");
  await screen.findByRole("link", { name: "Kiln Mug" });
  await userEvent.click(screen.getByRole("button", { name: "Show more" }));
  await screen.findByRole("link", { name: "Mug Rack" });
  screen.getByRole("link", { name: "Kiln Mug" });
});
