${% assign model = variables.resource | capitalize -%}
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as OpenSession

from .models import ${{ model }}, Session

router = APIRouter(prefix="/${{ variables.resource }}s", tags=["${{ variables.resource }}s"])


class New${{ model }}(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Shown${{ model }}(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


def found(session: OpenSession, id: int) -> ${{ model }}:
    one = session.get(${{ model }}, id)
    if one is None:
        raise HTTPException(404, f"There is no ${{ variables.resource }} {id}")
    return one


def committed(session: OpenSession, one: ${{ model }}) -> Shown${{ model }}:
    try:
        session.commit()
    except IntegrityError as error:
        raise HTTPException(409, "This name is taken") from error
    return Shown${{ model }}.model_validate(one)


@router.get("")
def list_${{ variables.resource }}s(after: int = 0, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[Shown${{ model }}]:
    with Session() as session:
        page = select(${{ model }}).where(${{ model }}.id > after).order_by(${{ model }}.id).limit(limit)
        return [Shown${{ model }}.model_validate(one) for one in session.scalars(page)]


@router.post("", status_code=201)
def create_${{ variables.resource }}(new: New${{ model }}) -> Shown${{ model }}:
    with Session() as session:
        one = ${{ model }}(name=new.name)
        session.add(one)
        return committed(session, one)


@router.get("/{id}")
def read_${{ variables.resource }}(id: int) -> Shown${{ model }}:
    with Session() as session:
        return Shown${{ model }}.model_validate(found(session, id))


@router.put("/{id}")
def change_${{ variables.resource }}(id: int, new: New${{ model }}) -> Shown${{ model }}:
    with Session() as session:
        one = found(session, id)
        one.name = new.name
        return committed(session, one)


@router.delete("/{id}", status_code=204)
def delete_${{ variables.resource }}(id: int) -> None:
    with Session() as session:
        session.delete(found(session, id))
        session.commit()
