import os

from sqlalchemy import String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

engine = create_engine(os.environ.get("DATABASE_URL", "${% if variables.database == "sqlite" %}sqlite:///${{ variables.package }}.db${% else %}postgresql+psycopg://localhost/${{ variables.package }}${% endif %}"))
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class ${{ variables.resource | capitalize }}(Base):
    __tablename__ = "${{ variables.resource }}s"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
