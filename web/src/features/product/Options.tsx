import type { Product } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { colourNamed } from "@/ui/colours";
import { type Choice, optionsOf, stockWith, withValue } from "./variants";

interface Props {
  product: Product;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

/** The options as radio buttons: arrow keys move within one, Tab goes to the next. */
export function Options({ product, choice, onChoose }: Props) {
  const { t, maybe } = useI18n();
  return (
    <>
      {[...optionsOf(product)].map(([name, values]) => (
        <fieldset key={name}>
          <legend className="mb-2 text-sm">
            <span className="font-semibold first-letter:uppercase">{maybe(`option.${name.toLowerCase()}`) ?? name}</span>
            <span className="ml-2 text-muted">{choice[name]}</span>
          </legend>
          <div className="flex flex-wrap gap-2">
            {values.map((value) => {
              const none = stockWith(product, choice, name, value) === 0;
              const colour = colourNamed(value);
              return (
                <label
                  key={value}
                  className={cx(
                    "relative flex min-h-12 items-center gap-2 rounded-full border-[1.5px] border-edge bg-surface px-4 font-medium transition",
                    "hover:border-ink has-checked:border-ink has-checked:bg-ink has-checked:text-ground",
                    "has-focus-visible:outline-3 has-focus-visible:outline-offset-3 has-focus-visible:outline-focus",
                    none && "border-dashed text-muted line-through",
                  )}
                >
                  <input
                    type="radio"
                    className="absolute inset-0 cursor-pointer opacity-0"
                    name={`option-${name}`}
                    value={value}
                    checked={choice[name] === value}
                    onChange={() => onChoose(withValue(product, choice, name, value))}
                  />
                  {colour && <span className="size-5 rounded-full border border-edge" style={{ background: colour }} />}
                  {value}
                  {none && <span className="sr-only">({t("stock.none")})</span>}
                </label>
              );
            })}
          </div>
        </fieldset>
      ))}
    </>
  );
}
