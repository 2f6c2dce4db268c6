"""Makes the demo shop's pictures: ``python scripts/demo_pictures.py FOLDER [ID ...]``.

FOLDER holds the 3D drawings of Microsoft's Fluent Emoji (MIT), as npm's ``@lobehub/fluent-emoji-3d`` (MIT)
has them: ``npm pack @lobehub/fluent-emoji-3d``. Each product gets its object on a designed ground, or a book
with its title on the cover, in two views. Needs Chromium; the results are in the repository.
"""

import base64
import io
import random
import sys
from pathlib import Path
from typing import Any

import yaml
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "src" / "cartwheel" / "entrypoints" / "demo"
FONTS = ROOT / "web" / "node_modules" / "@fontsource-variable"
SIZE = 960

GROUNDS = {
    "Electronics": [
        ("#dfe7fb", "#b9c8f4", "#8fa5ea"),
        ("#e3ecf4", "#c2d5e6", "#93b3cf"),
        ("#e9e4fa", "#cfc4f2", "#a998e4"),
    ],
    "Clothing": [
        ("#fbe6e1", "#f5c9c0", "#eb9f92"),
        ("#f9e8ee", "#efc6d5", "#de93ae"),
        ("#f6ecdf", "#ead3b5", "#d9b07f"),
    ],
    "Books": [
        ("#fbf0d6", "#f3dc9f", "#e3bd5c"),
        ("#e7efe0", "#c9dcb9", "#9dbf85"),
        ("#f7e6d8", "#ecc6a8", "#d99a6c"),
    ],
    "Home": [
        ("#e2f0e8", "#bfdfcd", "#8fc3a8"),
        ("#f4ecdc", "#e5d3ad", "#c9ab72"),
        ("#e0eef0", "#b9dade", "#85b9c0"),
    ],
}
COVERS = [
    ("#1f3a5f", "#e8b04b"),
    ("#7a2e2e", "#f0d9b5"),
    ("#24523f", "#e9c46a"),
    ("#4a3a6b", "#f2b5a7"),
    ("#b0502e", "#fdf0d5"),
]

STYLE = """
@font-face { font-family: Bricolage; font-weight: 200 800;
  src: url(data:font/woff2;base64,%s) format("woff2-variations") }
* { box-sizing: border-box; margin: 0 }
body { width: 960px; height: 960px; overflow: hidden; position: relative; background:
  radial-gradient(120%% 90%% at 30%% 15%%, #ffffffcc, transparent 60%%),
  linear-gradient(165deg, var(--a), var(--b)) }
.floor { position: absolute; left: -10%%; right: -10%%; bottom: -34%%; height: 62%%; border-radius: 50%%;
  background: linear-gradient(#fff9, #fff0 70%%) }
.disc { position: absolute; border-radius: 50%%; opacity: .55;
  background: linear-gradient(150deg, #fff7, var(--c)) }
.shade { position: absolute; border-radius: 50%%; background: #20243c; filter: blur(26px); opacity: .22 }
img { position: absolute; filter: drop-shadow(0 26px 30px #20243c33) saturate(1.05) contrast(1.02) }
.book { position: absolute; left: 280px; top: 190px; width: 400px; height: 560px; padding: 56px 44px;
  border-radius: 6px 14px 14px 6px; color: var(--ink); font-family: Bricolage;
  background: linear-gradient(100deg, #0005 0 2%%, #fff2 4%%, #0000 8%%), var(--cover);
  box-shadow: 2px 0 0 #fff5 inset, 14px 12px 0 -2px #f4ecd9, 15px 13px 0 -1px #d8ccb0,
  34px 50px 60px #20243c55 }
.book h1 { font-size: 54px; line-height: 1.04; letter-spacing: -.02em; font-weight: 700; position: relative }
.book p { position: absolute; left: 44px; bottom: 46px; font-size: 22px; letter-spacing: .14em;
  text-transform: uppercase }
.book svg { position: absolute; inset: 0; opacity: .9 }
"""


def main() -> None:
    """Makes the pictures of all products, or of those that are named."""
    folder, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    font = base64.b64encode(
        next(FONTS.glob("bricolage-grotesque/files/*-latin-wght-normal.woff2")).read_bytes()
    ).decode()
    products = yaml.safe_load((DEMO / "demo.yaml").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        for product in products:
            if wanted and product["id"] not in wanted:
                continue
            for view in (1, 2):
                page.set_content(f"<style>{STYLE % font}</style>{scene(product, view, folder)}")
                page.wait_for_function(
                    "document.fonts.ready.then(() => [...document.images].every(i => i.complete))"
                )
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                picture.save(DEMO / "pictures" / f"{product['id']}-{view}.webp", "WEBP", quality=78, method=6)
        browser.close()


def scene(product: dict[str, Any], view: int, folder: Path) -> str:
    """The page that is photographed. The same product always gets the same one."""
    chance = random.Random(product["id"])  # noqa: S311 - no secret
    a, b, c = chance.choice(GROUNDS[product["category"]])
    if view == 2:
        a, b = b, a
    x, y, d = chance.randrange(90, 330), chance.randrange(60, 250), chance.randrange(430, 560)
    stage = (
        f"<body style='--a:{a};--b:{b};--c:{c}'><div class=floor></div>"
        f"<div class=disc style='left:{x + view * 60}px;top:{y}px;width:{d}px;height:{d}px'></div>"
    )
    if product["picture"] == "book":
        return stage + book(product, chance, view)
    data = base64.b64encode((folder / f"{product['picture']}.webp").read_bytes()).decode()
    image = f"src='data:image/webp;base64,{data}'"
    if view == 1:
        shade = "<div class=shade style='left:250px;top:742px;width:460px;height:64px'></div>"
        return f"{stage}{shade}<img {image} style='left:180px;top:170px;width:600px'>"
    return (
        f"{stage}<div class=shade style='left:120px;top:770px;width:400px;height:54px'></div>"
        f"<div class=shade style='left:520px;top:640px;width:300px;height:44px'></div>"
        f"<img {image} style='left:500px;top:240px;width:390px;transform:rotate(11deg);opacity:.96'>"
        f"<img {image} style='left:70px;top:300px;width:510px;transform:rotate(-8deg)'>"
    )


def book(product: dict[str, Any], chance: random.Random, view: int) -> str:
    """A book with its title on the cover; the second view leans, on another of its kind."""
    cover, ink = chance.choice(COVERS)
    marks = "".join(
        f"<circle cx='{chance.randrange(60, 360)}' cy='{chance.randrange(270, 440)}' "
        f"r='{chance.randrange(18, 78)}' fill='none' stroke='{ink}' "
        f"stroke-width='{chance.choice([2, 3, 5])}' "
        f"opacity='{chance.choice(['.35', '.6', '.9'])}'/>"
        for _ in range(6)
    )
    front = (
        f"<svg viewBox='0 0 400 560'>{marks}</svg><h1>{product['title']}</h1><p>{product['brand']}</p></div>"
    )
    turn = "rotate(-4deg)" if view == 1 else "rotate(7deg) translate(40px, 20px)"
    leaning = f"--cover:{ink};transform:rotate(-9deg) translate(-90px, 10px)"
    behind = "" if view == 1 else f"<div class=book style='{leaning}'></div>"
    return f"{behind}<div class=book style='--cover:{cover};--ink:{ink};transform:{turn}'>{front}"


if __name__ == "__main__":
    main()
