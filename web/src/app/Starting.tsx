/** What is there until it is known who is logged in, in the place of the login page's title; index.html has the same before the program runs. */
export function Starting() {
  return (
    <main className="starting" aria-busy="true">
      <h1>PhotoChanger</h1>
    </main>
  );
}
