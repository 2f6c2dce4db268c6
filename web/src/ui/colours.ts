/** The colours that products come in, by the name of the option's value. */
const NAMED: Readonly<Record<string, string>> = {
  black: "#2b2d3a", ink: "#262c4a", graphite: "#4a4d5c", slate: "#5d6b7c", grey: "#8d93a3", stone: "#a9a49a",
  white: "#f4f1ea", oat: "#e4d5b7", sand: "#dcc39a", cream: "#f1e4c6", ochre: "#d29a2c", yellow: "#efc23c",
  rust: "#b6552f", red: "#d1402f", terracotta: "#c8704d", brown: "#80563b", pink: "#e28ba4", heather: "#a58bb0",
  purple: "#7a57b5", navy: "#28396f", blue: "#3d69c4", fjord: "#3f7f99", teal: "#22807d", sky: "#8db9e0",
  moss: "#6d7f4a", kelp: "#4d6a4f", pine: "#2c5c4b", green: "#3d8a5d", olive: "#7d7a3c", orange: "#e2762f",
};

export function colourNamed(name: string | undefined): string | undefined {
  return name === undefined ? undefined : NAMED[name.trim().toLowerCase()];
}
