from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .models import Base, Session, engine
from .routes import router


@asynccontextmanager
async def lifespan(_: FastAPI):
    Base.metadata.create_all(engine)
    yield
    engine.dispose()


app = FastAPI(title="${{ variables.projectName }}", description="${{ variables.description }}", lifespan=lifespan)
app.include_router(router)


@app.get("/health")
def health() -> dict:
    try:
        with Session() as session:
            session.execute(text("select 1"))
    except SQLAlchemyError as error:
        raise HTTPException(503, "The database does not answer") from error
    return {"status": "healthy"}
