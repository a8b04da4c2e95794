import "./styles/base.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Tooltip } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/error";
import { Boundary } from "./app/boundary";
import { nonce } from "./app/nonce";
import { router } from "./app/router";

nonce();

const client = new QueryClient({
  defaultOptions: {
    // A refusal stays a refusal; only what may pass by itself is tried again.
    queries: { retry: (tries, error) => !(error instanceof ApiError && error.status < 500) && tries < 2, staleTime: 2_000 },
  },
});

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
