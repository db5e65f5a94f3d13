export default function middleware() {}
