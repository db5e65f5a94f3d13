import Route from '@ioc:Adonis/Core/Route'

Route.get('/legacy', async ({ view }) => view.render('welcome'))
Route.group(() => {
  Route.get('/legacy/:id', 'LegacyController.show')
  Route.resource('legacy.parts', 'PartsController').apiOnly().only(['destroy'])
})
  .prefix('/old')
  .middleware('auth')
