import "./styles/base.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Tooltip } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { meQuery } from "./api/account";
import { ApiError, passes } from "./api/error";
import { flowsQuery } from "./api/flows";
import { Boundary } from "./app/boundary";
import { ABOUT } from "./app/frame";
import { nonce } from "./app/nonce";
import { router } from "./app/router";

nonce();

const client = new QueryClient({
  defaultOptions: {
    // A refusal stays a refusal; only what may pass by itself is tried again, and not where the server said when.
    queries: { retry: (tries, error) => passes(error) && !(error instanceof ApiError && error.status === 429) && tries < 2, staleTime: 2_000 },
  },
});

// Asked before anything is drawn, and side by side: what the first page waits for.
if (window.location.pathname !== ABOUT) void client.prefetchQuery(meQuery);
if (window.location.pathname === "/") void client.prefetchQuery(flowsQuery);

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Boundary>
        <QueryClientProvider client={client}>
          <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
            <RouterProvider router={router} />
          </Tooltip.Provider>
        </QueryClientProvider>
      </Boundary>
    </StrictMode>,
  );
}
