"""Readers of user interfaces: components, client routes, markup; each on a text alone."""

from __future__ import annotations

import pytest

from workers.readers import client_routes, components, markup
from workers.readers.client_routes import places

NEXT = frozenset({"next"})
# A file, its text, and what it declares: name, `prop`, `prop!` required, `prop?` not; `...` open.
# ruff: noqa: ISC004, E501
COMPONENTS = {
    "a function that takes apart": (
        "a.jsx",
        "export function Card({ title, size = 1 }) { return <p>{title}</p> }",
        "Card(title size?)",
    ),
    "a rest leaves it open": (
        "a.jsx",
        "const Card = ({ title, ...rest }) => <p {...rest}>{title}</p>",
        "Card(title ...)",
    ),
    "an interface": (
        "a.tsx",
        "interface Props { title: string; size?: number; }\n"
        "export const Card = ({ title, ...rest }: Props) => <p {...rest}>{title}</p>;",
        "Card(title! size?)",
    ),
    "an interface that extends one of the file": (
        "a.tsx",
        "interface Base { id: string }\ninterface Props extends Base { title: string }\n"
        "function Card(props: Props) { return <p>{props.title}</p> }",
        "Card(title! id!)",
    ),
    "an interface that extends a library's": (
        "a.tsx",
        "interface Props extends HTMLAttributes<P> { title: string }\n"
        "function Card(props: Props) { return <p>{props.title}</p> }",
        "Card(title! ...)",
    ),
    "a type of another module": (
        "a.tsx",
        "import { Props } from './props';\nconst Card = ({ title }: Props) => <p>{title}</p>;",
        "Card(title ...)",
    ),
    "a value for what the type requires": (
        "a.tsx",
        "const Card = ({ size = 1 }: { size: number }) => <p>{size}</p>;",
        "Card(size)",
    ),
    "intersections, Omit and children": (
        "a.tsx",
        "type A = { a: string; b: string };\ntype P = Omit<A, 'b'> & { c?: string };\n"
        "export function Card({ a }: React.PropsWithChildren<P>) { return <p>{a}</p> }",
        "Card(a! c? children?)",
    ),
    "a union": (
        "a.tsx",
        "type P = { a: string } | { b: string };\nfunction Card(p: P) { return <p/> }",
        "Card(a b)",
    ),
    "forwardRef with types": (
        "a.tsx",
        "const Card = React.forwardRef<HTMLDivElement, { title: string }>((props, ref) => <p/>);",
        "Card(title!)",
    ),
    "memo of a named function": (
        "a.jsx",
        "function Inner({ title }) { return <p>{title}</p> }\nexport const Card = memo(Inner);",
        "Card(title) Inner(title)",
    ),
    "a wrapper that is not known": (
        "a.tsx",
        "const Card = withTheme(({ title }: { title: string }) => <p>{title}</p>);",
        "Card(title! ...)",
    ),
    "FC": (
        "a.tsx",
        "const Card: React.FC<{ title: string }> = ({ title }) => <p>{title}</p>;",
        "Card(title! children)",
    ),
    "a class": (
        "a.tsx",
        "export class Card extends React.Component<{ title: string }> { render() { return <p/> } }",
        "Card(title children)",
    ),
    "a class of no types": ("a.jsx", "class Card extends Component { }", "Card(...)"),
    "a default without a name": (
        "src/cards/index.jsx",
        "export default function ({ title }) { return <p>{title}</p> }",
        "Cards(title)",
    ),
    "a styled element": ("a.jsx", "const Card = styled.div`color: red`;", "Card(...)"),
    "a styled element of a type": (
        "a.tsx",
        "const Box = styled.div<{ $wide: boolean }>`x`;\nfunction Card() { return <p/> }",
        "Card() Box(...)",
    ),
    "a loaded one": ("a.jsx", "const Card = lazy(() => import('./Card'));", "Card(...)"),
    "no component": ("a.js", "export function Card() { return 1 }\nclass Basket { }", ""),
    "script setup by type": (
        "Card.vue",
        '<script setup lang="ts">\ndefineProps<{ title: string; size?: number }>()\n</script>\n'
        "<template><p/></template>",
        "Card(title! size?)",
    ),
    "script setup with defaults": (
        "Card.vue",
        '<script setup lang="ts">\nwithDefaults(defineProps<{ a: string; b?: number }>(), { a: "" })\n'
        "</script>",
        "Card(a b?)",
    ),
    "script setup by object": (
        "Card.vue",
        "<script setup>\nconst props = defineProps({ a: String, b: { type: Number, required: true },"
        " c: { default: 1 } });\ndefineModel('open');\n</script>",
        "Card(a? b! c? open)",
    ),
    "options": (
        "card-list.vue",
        "<script>\nexport default { props: ['a', 'b'], data() { return {} } }\n</script>",
        "CardList(a? b?)",
    ),
    "options with a mixin": (
        "Card.vue",
        "<script>\nexport default defineComponent({ mixins: [m], props: { a: String } })\n</script>",
        "Card(a? ...)",
    ),
    "no properties": ("Card.vue", "<template><p/></template>", "Card()"),
    "export let": (
        "Card.svelte",
        '<script lang="ts">\nexport let a: string;\nexport let b = 1;\nlet c = 2;\n</script>\n<p/>',
        "Card(a! b?)",
    ),
    "runes": (
        "Card.svelte",
        '<script lang="ts">\ninterface P { a: string; b?: number }\n'
        "let { a, b = 1, ...rest }: P = $props();\n</script>",
        "Card(a! b?)",
    ),
    "all that is left": ("Card.svelte", "<script>\nexport let a;\n</script><p {...$$restProps}/>", "Card(a ...)"),
}  # fmt: skip


def shown(path: str, text: str) -> str:
    """Write what a file declares as the table above does."""
    reading = components.read(path, text)
    assert reading is not None
    marks = {True: "!", False: "?", None: ""}
    return " ".join(
        f"{one.name}({' '.join([*(p.name + marks[p.required] for p in one.props.listed), *(() if one.props.whole else ('...',))])})"
        for one in sorted(
            reading.components, key=lambda one: (len(one.name) > 4, one.name != "Card")
        )
    )


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_is_read(name: str) -> None:
    path, text, expected = COMPONENTS[name]
    assert sorted(shown(path, text).split(") ")) == sorted(expected.split(") "))


def test_what_is_not_understood_is_said() -> None:
    for path, text in {
        "a.jsx": "export function Card( { return <p> }",
        "b.js": "export * from './cards';",
        "Card.vue": "<script>\nexport default {",
    }.items():
        reading = components.read(path, text)
        assert reading is not None
        assert reading.unread, path
    assert components.read("a.py", "class Card: pass") is None


ROUTER = "import { createBrowserRouter, Route, useRoutes } from 'react-router-dom';\n"
VUE = "import { createRouter } from 'vue-router';\n"
# A text and its routes: path, what is shown, `*` where something may stand before it.
ROUTES = {
    "objects": (
        ROUTER + "createBrowserRouter([{ path: '/', element: <Home/>, children: ["
        "{ index: true, element: <Start/> }, { path: 'users/:id', Component: User }] }]);",
        ["/ Home", "/ Start", "/users/:id User"],
    ),
    "tags": (
        ROUTER + "const a = <Routes><Route path='/a' element={<RequireAuth><A/></RequireAuth>}>"
        "<Route path='b' element={<B/>}/></Route><Route element={<Layout/>}/></Routes>;",
        ["/a RequireAuth,A * !RequireAuth", "/a/b B * !RequireAuth"],
    ),
    "a list for somebody else": (
        ROUTER + "export const routes = [{ path: '/a', element: <A/> }];",
        ["/a A *"],
    ),
    "vue": (
        VUE + "createRouter({ routes: [{ path: '/a', component: () => import('./views/A.vue'),"
        " meta: { requiresAuth: true } }, { path: '/b', component: B }] });",
        ["/a ./views/A.vue !meta", "/b B"],
    ),
    "not of a router": ("const a = [{ path: '/a', element: 1 }];", []),
    "a file of TanStack": (
        "import { createFileRoute } from '@tanstack/react-router';\n"
        "export const Route = createFileRoute('/_app/a/$id')({ component: A });",
        ["/a/$id A"],
    ),
}


@pytest.mark.parametrize("name", ROUTES)
def test_a_client_route_is_read(name: str) -> None:
    text, expected = ROUTES[name]
    reading = client_routes.read("src/router.tsx", text)
    assert reading is not None
    assert [
        f"{one.path} {','.join(one.components)}{'' if one.whole else ' *'}"
        + (f" !{one.guard}" if one.guard else "")
        for one in reading.routes
    ] == expected


def test_a_path_that_is_computed_is_unread() -> None:
    reading = client_routes.read("a.tsx", ROUTER + "const a = <Route path={HOME} element={<A/>}/>;")
    assert reading is not None
    assert (len(reading.routes), len(reading.unread)) == (0, 1)


@pytest.mark.parametrize(
    ("file", "package", "paths"),
    [
        ("app/page.tsx", "next", ["/"]),
        ("src/app/(shop)/books/[isbn]/page.tsx", "next", ["/books/{isbn}"]),
        ("app/_parts/page.tsx", "next", []),
        ("pages/books/[...rest].jsx", "next", ["/books/{rest}"]),
        ("pages/api/books.ts", "next", None),
        ("pages/users/[id].vue", "nuxt", ["/users/{id}"]),
        ("src/routes/(app)/a/[b]/+page.svelte", "@sveltejs/kit", ["/a/{b}"]),
        ("src/pages/index.astro", "astro", ["/"]),
        ("src/pages/index.astro", "next", None),
        ("src/components/page.tsx", "next", None),
    ],
)
def test_a_page_is_served_where_its_file_lies(
    file: str, package: str, paths: list[str] | None
) -> None:
    known = places.paths_of(file, frozenset({package}))
    assert (known[1] if known else None) == paths


# A file, its text with one element of interest, and what it has (`+`) and lacks (`-`).
AIDS = {
    "alt": ("a.tsx", '<img src="a" alt="A shop" />', "img +alt -role"),
    "no alt": ("a.tsx", '<img src="a" />', "img -alt"),
    "an empty alt": ("a.tsx", '<img src="a" alt="" />', "img"),
    "a computed alt": ("a.tsx", "<img alt={alt} />", "img +alt"),
    "spread": ("a.tsx", "<img {...props} />", "img"),
    "a button with text": ("a.tsx", "<button>Save</button>", "button +name"),
    "a button with a picture": ("a.tsx", "<button><svg/></button>", "button -name"),
    "a button with a component": ("a.tsx", "<button><Icon/></button>", "button"),
    "a button with a value": ("a.tsx", "<button>{label}</button>", "button"),
    "a button that is named": ("a.tsx", '<button aria-label="x"><svg/></button>', "button +name"),
    "a button that is handed on": ("a.tsx", "<Menu render={<button />} />", "button"),
    "a button that is merged": ("a.tsx", "<Tip asChild><button /></Tip>", "button"),
    "a field": ("a.tsx", "<input />", "input -label -name"),
    "a field in a label": ("a.tsx", "<label>A <input /></label>", "input +label"),
    "a field that a label names": (
        "a.tsx",
        '<p><label htmlFor="a">A</label><input id="a" /></p>',
        "input +label",
    ),
    "a field with an id": ("a.tsx", '<input id="a" />', "input"),
    "a field in a component": ("a.tsx", "<Field><input /></Field>", "input"),
    "a placeholder": ("a.tsx", '<input placeholder="x" />', "input -label"),
    "role": ("a.tsx", '<nav role="navigation" />', "nav +role"),
    "a language": ("a.html", '<html lang="en"></html>', "html +lang"),
    "no language": ("a.html", "<html></html>", "html -lang"),
    "vue": ("A.vue", '<template><img :alt="x"><button><slot/></button></template>', "img +alt"),
    "vue, a slot": ("A.vue", "<template><button><slot/></button></template>", "button"),
    "svelte": ("A.svelte", "<button on:click={() => a > b}>{x}</button>", "button"),
    "svelte, short": ("A.svelte", "<img {src} {alt}>", "img +alt"),
    "svelte, spread": ("A.svelte", "<img {...$$props}>", "img"),
}


@pytest.mark.parametrize("name", AIDS)
def test_what_an_element_has_is_read(name: str) -> None:
    file, text, expected = AIDS[name]
    tag, *marks = expected.split()
    source = f"export const A = () => {text};" if file == "a.tsx" else text
    reading = markup.read(file, source)
    assert reading is not None
    assert not reading.unread
    (element,) = [one for one in reading.elements if one.tag == tag]
    keys = {"img": ["alt"], "button": ["name"], "input": ["label", "name"], "html": ["lang"]}
    for key in {*keys.get(tag, []), *(mark[1:] for mark in marks)}:
        known = element.aids.get(key)
        if f"+{key}" in marks or f"-{key}" in marks:
            assert known is (f"+{key}" in marks), key
        elif key != "name" or tag == "button":
            assert known is None, key


def test_a_template_of_a_server_is_not_judged() -> None:
    for text in ('<img <% if x %> alt="a" <% end %>>', "<img {% if x %}alt='a'{% endif %}>"):
        reading = markup.read("a.html", text)
        assert reading is not None
        assert reading.unread


@pytest.mark.parametrize("sign", ["<", "<a ", "{", "(", "<script>", "<template>", "{#if ", '"'])
def test_readers_end_on_what_is_no_code(sign: str) -> None:
    text = sign * 20_000
    for file in ("a.tsx", "A.vue", "A.svelte", "a.html"):
        components.read(file, text)
        markup.read(file, text)
        client_routes.read(file, ROUTER + text)
