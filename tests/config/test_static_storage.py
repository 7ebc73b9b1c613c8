"""Static files are named by their content, also where one of our modules imports another."""

import re
from pathlib import Path

from pinzhi.config.static_storage import QuickStorage


def test_a_module_imports_another_by_its_name_of_content(tmp_path: Path) -> None:
    files = {"js/one.js": 'import { two } from "./two.js";\n', "js/two.js": "export const two = 2;\n"}
    storage = QuickStorage(location=tmp_path, base_url="/static/")
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    made = {name: hashed for name, hashed, _done in storage.post_process({one: (storage, one) for one in files})}

    text = (tmp_path / made["js/one.js"]).read_text()
    assert re.fullmatch(r'import \{ two \} from "\./two\.[0-9a-f]{12}\.js";\n', text)
    assert (tmp_path / "js" / text.split("./")[1].split('"')[0]).is_file()
