import { Router } from 'express'

const router = Router()
router.get('/of-a', handle)
export default router
