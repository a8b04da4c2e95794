import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { say, sayFailure } from "@/app/toasts";

/** A change to one of the account's lists: said when it is done, and the list is read again. */
export function useListChange<T, R>(queryKey: QueryKey, change: (value: T) => Promise<R>, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      say(done);
      void client.invalidateQueries({ queryKey });
    },
    onError: sayFailure,
  });
}
