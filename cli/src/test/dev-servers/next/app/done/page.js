export default function Page() {
  return <p>inside</p>;
}
