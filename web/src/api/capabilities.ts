// Made by `npm run api` from docs/reference/openapi.json. Do not edit.

/** What this version of the API can do; pages hide what it cannot. */
export const capabilities = {
  search: false,
  exportMe: false,
};
