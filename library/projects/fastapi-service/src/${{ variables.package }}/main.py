from contextlib import asynccontextmanager

from fastapi import FastAPI

from .models import Base, engine
from .routes import router


@asynccontextmanager
async def lifespan(_: FastAPI):
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="${{ variables.projectName }}", description="${{ variables.description }}", lifespan=lifespan)
app.include_router(router)


@app.get("/health")
def health() -> dict:
    return {"status": "healthy"}
