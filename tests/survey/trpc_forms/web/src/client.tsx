import { api } from "~/trpc/react";

export function Post() {
  const [latest] = api.post.hello.useSuspenseQuery({ text: "x" });
  const create = api.post.create.useMutation();
  return null;
}
