from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from .models import ${{ variables.resource | capitalize }}, Session

router = APIRouter(prefix="/${{ variables.resource }}s", tags=["${{ variables.resource }}s"])


class New${{ variables.resource | capitalize }}(BaseModel):
    name: str


@router.get("")
def list_${{ variables.resource }}s() -> list[dict]:
    with Session() as session:
        return [{"id": one.id, "name": one.name} for one in session.scalars(select(${{ variables.resource | capitalize }}))]


@router.post("", status_code=201)
def create_${{ variables.resource }}(new: New${{ variables.resource | capitalize }}) -> dict:
    with Session() as session:
        one = ${{ variables.resource | capitalize }}(name=new.name)
        session.add(one)
        try:
            session.commit()
        except IntegrityError as error:
            raise HTTPException(409, "This name is taken") from error
        return {"id": one.id, "name": one.name}
