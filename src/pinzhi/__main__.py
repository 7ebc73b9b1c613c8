"""`python -m pinzhi` is the same as `pinzhi`."""

from pinzhi.commands.main import main

if __name__ == "__main__":
    main()
