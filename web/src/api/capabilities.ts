// Made by `npm run api` from docs/reference/openapi.json. Do not edit.

/** What this version of the API can do; pages hide what it cannot. */
export const capabilities = {
  search: true,
  suggestions: true,
  trending: true,
  sellers: true,
  events: true,
  exportMe: true,
};
