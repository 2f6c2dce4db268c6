import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { ProfileBody, User } from "../types";

export function updateMe(body: ProfileBody): Promise<User> {
  return call<User>("PATCH", "/users/me", { body });
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: updateMe,
    onSuccess: (user) => client.setQueryData(keys.me, user),
  });
}
